//! Prices, terms, tokens and what is known about a payment.

use std::collections::BTreeMap;

use crate::enums::{
    AuthMethod, BillingInformationFormat, PaymentOptionType, PaymentProcessedBy, PaymentProcessor,
    PrepaymentStatus, PriceType,
};
use crate::finding::{Finding, FindingCode};
use crate::json::{Json, Reader, message};

message! {
    /// What is paid for a booking, and on which terms.
    pub struct PaymentInformation ["3.6"] {
        /// What became of the money.
        prepayment_status: PrepaymentStatus,
        /// Unique id of the transaction; needed whenever money or a card is held.
        payment_transaction_id: String,
        /// The amount the guest was shown.
        price: Option<Price>,
        /// The tax on it, if the merchant has a rate.
        tax_amount: Option<Price>,
        /// Fees (ticketing).
        fees: Option<Price>,
        /// Fees and taxes together (ticketing).
        fees_and_taxes: Option<Price>,
        /// The deposit terms that apply.
        deposit: Option<Deposit>,
        /// The no-show fee terms that apply.
        no_show_fee: Option<NoShowFee>,
        /// Who processes the payment.
        payment_processed_by: PaymentProcessedBy,
        /// The payment option being bought.
        payment_option_id: String,
        /// The payment option being used.
        user_payment_option_id: String,
        /// Opaque, from the aggregator.
        fraud_signals: String,
        /// The bank's answer to a 3-D Secure 1 challenge (PaRes); only on the retry.
        pa_response: String,
        /// The merchant data of a 3-D Secure 1 challenge (MD); only on the retry.
        md_merchant_data: String,
    }
}

message! {
    /// What the partner needs to charge a card. Sent only if the partner processes the payment.
    pub struct PaymentProcessingParameters ["3.8"] {
        /// Deprecated form of `payment_processor`.
        processor: PaymentProcessor,
        /// Deprecated: a token id taken out of the full token.
        payment_method_token: String,
        /// The whole payment token, usually JSON inside a string; single use, for this merchant
        /// only.
        unparsed_payment_method_token: String,
        /// The version of the processor's interface.
        version: String,
        /// The processor's name.
        payment_processor: String,
        /// A copy of the merchant's tokenization config.
        tokenization_config: Option<TokenizationConfig>,
    }
}

message! {
    /// How cards are turned into tokens for a merchant.
    pub struct TokenizationConfig ["3.10"] {
        /// The wallet's parameters; `gateway` names the processor.
        tokenization_parameter: BTreeMap<String, String>,
        /// How much of the billing address the merchant wants.
        billing_information_format: BillingInformationFormat,
        /// The merchant of record's name.
        merchant_of_record_name: String,
        /// Where the payment is processed (ISO 3166-1 alpha-2).
        payment_country_code: String,
        /// Per card network, the acquirer's ids.
        card_network_parameters: Vec<CardNetworkParameters>,
        /// How cards may be authenticated.
        allowed_auth_methods: Vec<AuthMethod>,
    }
}

message! {
    /// The acquirer's ids with one card network.
    pub struct CardNetworkParameters ["3.10"] {
        /// The card network.
        card_network: String,
        /// The acquirer's bank identification number.
        acquirer_bin: String,
        /// The merchant's id at the acquirer.
        acquirer_merchant_id: String,
    }
}

message! {
    /// An amount of money. Zero is written out: an explicit zero fee switches a fee off.
    pub struct Price ["3.9"] {
        /// The amount in micros: 1 000 000 is one unit of the currency.
        price_micros: i64 = written,
        /// ISO 4217 code.
        currency_code: String,
        /// Opaque mark of the way the price came about.
        pricing_option_tag: String,
    }
}

message! {
    /// The fee for a guest who does not come or cancels too late.
    pub struct NoShowFee ["3.9"] finish(read_fee_window) {
        /// The amount.
        fee: Option<Price>,
        /// What the amount refers to.
        fee_type: PriceType = written,
    }
}

message! {
    /// A deposit taken or held for a booking.
    pub struct Deposit ["3.9"] finish(read_deposit_window) {
        /// The amount.
        deposit: Option<Price>,
        /// Until how long before the start the deposit is given back, in seconds.
        min_advance_cancellation_sec: i64,
        /// What the amount refers to.
        deposit_type: PriceType = written,
    }
}

message! {
    /// A pack or membership that a guest owns.
    pub struct UserPaymentOption ["3.9"] {
        /// The guest's own copy of the option.
        user_payment_option_id: String,
        /// From when it can be used, in seconds since 1970 (UTC).
        valid_start_time_sec: i64,
        /// Until when it can be used, in seconds since 1970 (UTC).
        valid_end_time_sec: i64,
        /// How often it can be used.
        r#type: PaymentOptionType,
        /// How many uses it had.
        original_count: i32 = always,
        /// How many uses are left.
        current_count: i32 = always,
        /// The option that was bought.
        payment_option_id: String,
    }
}

const WINDOW: &str = "min_advance_cancellation_sec";

/// The field that samples put into the inner price, where the message declares none.
///
/// Reference: section 10.9.
fn read_deposit_window<'v>(deposit: &mut Deposit, object: &'v Json<'v>, reader: &mut Reader<'v>) {
    inner_window(object, "deposit", reader, |value, reader| {
        let inner: i64 = reader.field(value);
        if deposit.min_advance_cancellation_sec == 0 {
            deposit.min_advance_cancellation_sec = inner;
        }
        "It is read as the deposit's own field, which wins if both are there."
    });
}

/// A fee has no field for the window at all; it is said more kindly than an unknown field of Price.
fn read_fee_window<'v>(_fee: &mut NoShowFee, object: &'v Json<'v>, reader: &mut Reader<'v>) {
    inner_window(object, "fee", reader, |value, reader| {
        let _: i64 = reader.field(value);
        "It is read and not used: a fee is due after the service's own cancellation window."
    });
}

fn inner_window<'v>(
    object: &'v Json<'v>,
    price_field: &str,
    reader: &mut Reader<'v>,
    take: impl FnOnce(&'v Json<'v>, &mut Reader<'v>) -> &'static str,
) {
    let entry = |object: &'v Json<'v>, name: &str| match object {
        Json::Object(entries) => entries
            .iter()
            .rev()
            .find(|(key, _)| key == name || crate::json::message::is_camel_case_of(name, key)),
        _ => None,
    };
    let Some((price_key, price)) = entry(object, price_field) else {
        return;
    };
    let Some((key, value)) = entry(price, WINDOW) else {
        return;
    };
    reader.at_key(price_key, |reader| {
        reader.at_key(key, |reader| {
            let pointer = reader.pointer();
            reader.take_back("unknown_field", &pointer);
            let hint = take(value, reader);
            reader.report(|pointer| {
                let found = format!("{WINDOW} inside the price");
                let expected = format!("{WINDOW} beside the price");
                Finding::new(FindingCode::OtherPlace, pointer, found, expected).with_hint(hint)
            });
        });
    });
}
