//! What every feed says about itself.

use super::opaque::Opaque;
use crate::enums::ProcessingInstruction;
use crate::json::message;

message! {
    /// What a feed says about itself. The same in all shards of one feed, but for the shard's
    /// number.
    pub struct FeedMetadata ["8.2"] {
        /// How the feed relates to those before it.
        processing_instruction: ProcessingInstruction,
        /// The number of this file, from 0.
        shard_number: i32 = written,
        /// How many files the feed has.
        total_shards: i32,
        /// Unique over all feeds ever sent, the same in all shards of one; a text or a number.
        nonce: Option<Opaque>,
        /// When the data were read, in seconds since 1970 (UTC).
        generation_timestamp: i64,
    }
}
