// Made-up test tokens for tests, in the engine's shapes.

import type { TestToken } from "../api/payments";

export const TOKENS: TestToken[] = [
  {
    token: "tok_approve",
    authorisation: "approve",
    rejected_card_type: null,
    answer: "CONFIRMED",
    meaning: "The payment goes through.",
  },
  {
    token: "tok_reject_jcb",
    authorisation: "reject_card_type",
    rejected_card_type: "JCB",
    answer: "PAYMENT_ERROR_CARD_TYPE_REJECTED",
    meaning: "The merchant takes no JCB.",
  },
];
