// The words in which one request can set behaviour for itself: as a header, and as a tag in the guest's e-mail.

export interface OverrideLine {
  /** What it does, in plain words. */
  does: string;
  header: string;
  /** Null where there is no tag for it. */
  email: string | null;
}

const line = (does: string, header: string, tag: string | null): OverrideLine => ({
  does,
  header: `X-Mock-Partner: ${header}`,
  email: tag && `mina+${tag}@example.com`,
});

export const LINES: OverrideLine[] = [
  line("The slot is gone; any other cause likewise", "failure=SLOT_UNAVAILABLE", "SLOT_UNAVAILABLE"),
  line("The card is declined", "failure=PAYMENT_ERROR_CARD_DECLINED", "PAYMENT_ERROR_CARD_DECLINED"),
  line("The merchant confirms later", "confirmation=asynchronous", "ASYNC"),
  line("Confirmed at once", "confirmation=synchronous", "SYNC"),
  line("The answer takes two seconds longer", "latency_ms=2000", "LATENCY_2000"),
  line("503 instead of an answer", "status=503", "STATUS_503"),
  line("A deposit is asked for; any other mode likewise", "payment=deposit", "PAYMENT_DEPOSIT"),
  line("Findings are refused", "validation=reject", "VALIDATION_REJECT"),
  line("Unknown merchants and slots are refused", "unknown_inventory=reject", "UNKNOWN_INVENTORY_REJECT"),
  line("Several at once", "confirmation=asynchronous; latency_ms=500", "ASYNC+LATENCY_500"),
];
