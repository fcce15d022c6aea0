//! What a feed's record must have, beyond being readable.

use super::availability::Availability;
use super::merchant::FeedMerchant;
use super::service::FeedService;
use crate::finding::Finding;
use crate::required::{Missing, Required};

impl Required for FeedMerchant {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        missing.text(&self.merchant_id, "", "merchant_id", "8.3");
        missing.text(&self.name, "", "name", "8.3");
        missing.text(&self.category, "", "category", "8.3");
        missing.message(self.geo.as_ref(), "geo", "8.3");
        missing.found()
    }
}

impl Required for FeedService {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        missing.text(&self.merchant_id, "", "merchant_id", "8.4");
        missing.text(&self.service_id, "", "service_id", "8.4");
        let rules = self.scheduling_rules.as_ref();
        let mut seconds = |value: Option<i64>, name: &str| {
            if let Some(value) = value.filter(|value| *value < 0) {
                let expected = "seconds, zero or more";
                missing.add(
                    "/scheduling_rules",
                    name,
                    &value.to_string(),
                    expected,
                    "8.4",
                );
            }
        };
        seconds(
            rules.map(|it| it.min_advance_booking),
            "min_advance_booking",
        );
        let cancelling = rules.map(|it| it.min_advance_online_canceling);
        seconds(cancelling, "min_advance_online_canceling");
        missing.found()
    }
}

impl Required for Availability {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        missing.text(&self.merchant_id, "", "merchant_id", "8.5");
        missing.text(&self.service_id, "", "service_id", "8.5");
        missing.moment(self.start_sec, "", "start_sec", "8.5");
        let mut wrong = |name: &str, found: i64, expected: &str| {
            missing.add("", name, &found.to_string(), expected, "8.5");
        };
        if self.duration_sec <= 0 {
            wrong("duration_sec", self.duration_sec, "seconds, above zero");
        }
        if self.recurrence.is_some() {
            // A row of slots implies one place each.
            if self.spots_total > 1 {
                let expected = "1 or nothing, beside a recurrence";
                wrong("spots_total", self.spots_total, expected);
            }
        } else if !(1..=i64::from(u32::MAX)).contains(&self.spots_total) {
            wrong("spots_total", self.spots_total, "1 or more places");
        } else if !(0..=self.spots_total).contains(&self.spots_open) {
            let expected = format!("0 to {} places, as spots_total says", self.spots_total);
            wrong("spots_open", self.spots_open, &expected);
        }
        if let Some(overrides) = &self.scheduling_rule_overrides {
            let (first, last) = (overrides.first_bookable_sec, overrides.last_bookable_sec);
            if first > 0 && last > 0 && first > last {
                let found = first.to_string();
                let expected = format!("a moment up to last_bookable_sec ({last})");
                let name = "first_bookable_sec";
                missing.add("/scheduling_rule_overrides", name, &found, &expected, "8.5");
            }
        }
        missing.found()
    }
}
