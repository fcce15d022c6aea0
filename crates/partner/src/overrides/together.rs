//! Which overrides go together, and with which request.

use booking_api::Method;

use super::grammar::{Key, Setting};
use super::{HEADER, Misuse, Overrides, REJECTS};
use crate::decision::{Layer, Trail};

impl Overrides {
    /// Adds what a word sets, which must not be set already.
    pub(super) fn add(&mut self, settings: Vec<Setting>, word: &str) -> Result<(), Misuse> {
        for setting in settings {
            if let Some(twin) = self.0.iter().find(|it| it.key == setting.key) {
                let message = format!(
                    "{word} sets {} although {} has set it already. Say each thing once.",
                    setting.key.name(),
                    twin.spelt()
                );
                return Err(Misuse::illegal(message, word));
            }
            self.0.push(setting);
        }
        Ok(())
    }

    /// Refuses a header that could have no effect on this request.
    pub(super) fn check_place(&self, method: Method, cancels: Option<bool>) -> Result<(), Misuse> {
        for setting in &self.0 {
            if let Some(why) = setting.out_of_place(method, cancels) {
                let message = format!("{HEADER}: {why}. Leave {} out.", setting.spelt());
                return Err(Misuse::illegal(message, setting.spelt()));
            }
        }
        Ok(())
    }

    /// A guest's address goes along in several methods: what fits another one waits for it.
    pub(super) fn in_place(self, method: Method, cancels: Option<bool>, trail: &mut Trail) -> Self {
        let fits = |setting: &Setting| match setting.out_of_place(method, cancels) {
            None => true,
            Some(why) => {
                let text = format!("The e-mail address asks for {}: {why}.", setting.spelt());
                trail.note("override", Layer::Payload, text, "");
                false
            }
        };
        let mut kept = self.0;
        let mut fits = fits;
        kept.retain(|setting| fits(setting));
        let leads = |it: &Setting| matches!(it.key, Key::Failure | Key::Authorisation);
        let led = kept.iter().any(leads);
        kept.retain(|setting| led || setting.key != Key::RejectedCardType);
        Self(kept)
    }

    /// A rejected card type is the failure's companion, or that of the processor's answer.
    pub(super) fn assigned(&self) -> Self {
        let mut settings = self.0.clone();
        let rejects = |it: &Setting| it.key == Key::Authorisation && it.value == REJECTS;
        if self.has(Key::Failure).is_none() && settings.iter().any(rejects) {
            for setting in &mut settings {
                if setting.key == Key::RejectedCardType {
                    setting.key = Key::CardOfAuthorisation;
                }
            }
        }
        Self(settings)
    }

    pub(super) fn has(&self, key: Key) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.key == key)
    }

    /// Refuses what makes no sense together.
    pub(super) fn check(&self) -> Result<(), Misuse> {
        if let Some(first) = self.0.iter().find(|it| it.comes_first()) {
            // It comes before anything else is looked at.
            let other = self
                .0
                .iter()
                .find(|it| it.key != first.key && !it.approves());
            if let Some(other) = other {
                let message = format!(
                    "{} comes before anything is decided, so {} would have no effect. Keep one \
                     of the two.",
                    first.spelt(),
                    other.spelt()
                );
                let found = format!("{} with {}", first.spelt(), other.spelt());
                return Err(Misuse::illegal(message, found));
            }
        }
        let mut faults = self.0.iter().filter(|it| it.key.field() == "fault");
        if let (Some(one), Some(other)) = (faults.next(), faults.next()) {
            let message = format!(
                "{} and {} are two faults, and a request bears one. Keep one of the two.",
                one.spelt(),
                other.spelt()
            );
            let found = format!("{} with {}", one.spelt(), other.spelt());
            return Err(Misuse::illegal(message, found));
        }
        if let Some(card) = self.has(Key::RejectedCardType) {
            let cause = "PAYMENT_ERROR_CARD_TYPE_REJECTED";
            if self.has(Key::Failure).is_none_or(|it| it.value != cause) {
                let message = format!(
                    "rejected_card_type goes with failure={cause} or authorisation={REJECTS} only."
                );
                let message = match self.has(Key::Failure) {
                    None => format!("{message} Add one of them."),
                    Some(_) => message,
                };
                return Err(Misuse::illegal(message, card.spelt()));
            }
        }
        if let (Some(failure), Some(other)) = (
            self.has(Key::Failure).filter(|it| it.value != "none"),
            self.has(Key::Authorisation).filter(|it| !it.approves()),
        ) {
            let message = format!(
                "{} is answered before the payment processor is asked, so {} would have no \
                 effect. Keep one of the two.",
                failure.spelt(),
                other.spelt()
            );
            return Err(Misuse::illegal(message, other.spelt()));
        }
        for key in [Key::MerchantReplyAfterSec, Key::MerchantReplyCause] {
            if let Some(setting) = self.has(key)
                && self.has(Key::MerchantReply).is_none()
            {
                let message = format!("{} goes with merchant_reply only. Add it.", key.name());
                return Err(Misuse::illegal(message, setting.spelt()));
            }
        }
        Ok(())
    }

    /// The top-level fields that are set, each once, in order.
    pub(super) fn fields(&self) -> Vec<&'static str> {
        let mut fields = Vec::new();
        for setting in &self.0 {
            if !fields.contains(&setting.key.field()) {
                fields.push(setting.key.field());
            }
        }
        fields
    }
}
