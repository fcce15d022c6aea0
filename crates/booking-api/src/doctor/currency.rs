//! Which currencies there are (ISO 4217).

/// Every code in use, sorted; funds, metals and the codes for tests are among them.
const CODES: &str = "\
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN \
    BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN \
    ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD \
    JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG \
    QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT \
    TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU \
    XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG";

/// Currencies whose smallest coin is a thousandth.
const IN_THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Whether this is the code of a currency, in capitals.
pub(super) fn is_known(code: &str) -> bool {
    // Four bytes to a code: three letters and a space.
    let place = |index: usize| &CODES.as_bytes()[index * 4..index * 4 + 3];
    let (mut low, mut high) = (0, CODES.len().div_ceil(4));
    while low < high {
        let middle = usize::midpoint(low, high);
        match place(middle).cmp(code.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    false
}

/// The smallest amount of a currency that anybody can pay, in micros.
pub(super) fn smallest_coin(code: &str) -> i64 {
    if IN_THOUSANDTHS.contains(&code) {
        1_000
    } else {
        10_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_and_nothing_else() {
        let codes: Vec<&str> = CODES.split(' ').collect();
        assert!(codes.is_sorted() && codes.len() > 150);
        for code in codes {
            assert!(code.len() == 3 && is_known(code), "{code}");
        }
        for code in ["", "US", "usd", "USDX", "AAA", "ZZZ", "ÄÖ", "$", "UKP"] {
            assert!(!is_known(code), "{code}");
        }
        assert!(IN_THOUSANDTHS.iter().all(|code| is_known(code)));
    }
}
