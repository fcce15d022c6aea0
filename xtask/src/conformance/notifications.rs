//! Notifications (reference: sections 6.5 and 6.6).

use super::{How, Item};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "every PATCH of section 6.6",
        section: "9.5",
        how: How::Later("the partner sends no notifications yet"),
    },
    Item {
        name: "PATCHes of one booking arrive in order",
        section: "9.5",
        how: How::Later("the partner sends no notifications yet"),
    },
    Item {
        name: "429 makes the sender wait, longer each time",
        section: "9.5",
        how: How::Later("the partner sends no notifications yet"),
    },
];
