//! What a browser posts, and where it is to go on to.

use reqwest::Url;

/// A form's fields, decoded.
#[derive(Debug)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`; anything else has no fields that anybody asks
    /// for.
    pub(super) fn read(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body);
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// A field's text; the first one where it came twice.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        fields
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Where the guest goes with the bank's answer: an absolute web address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TermUrl(Url);

impl TermUrl {
    /// Reads the form's field; else says in a sentence what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("The form has no TermUrl.");
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Self(url)),
            _ => Err("TermUrl is no http or https address."),
        }
    }

    /// The whole address.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_gone_to() {
        let right = TermUrl::read("https://shop.example:8443/back?x=1&y=%3C").unwrap();
        assert_eq!(right.as_str(), "https://shop.example:8443/back?x=1&y=%3C");
        assert_eq!(right.origin(), "https://shop.example:8443");
        for wrong in [
            "",
            "/back",
            "back",
            "javascript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,<script>1</script>",
            "file:///etc/passwd",
            "http://",
        ] {
            assert!(TermUrl::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn fields_are_decoded_and_the_first_one_counts() {
        let form = Form::read(b"MD=a%2Bb+c&MD=other&PaReq=%3Cscript%3E");
        assert_eq!(form.text("MD"), Some("a+b c"));
        assert_eq!(form.text("PaReq"), Some("<script>"));
        assert_eq!(form.text("TermUrl"), None);
    }
}
