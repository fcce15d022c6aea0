// What each choice of the control room asks of the engine, and which choice the engine's answer is. Pure.

import type { BehaviourPatch } from "../api/client";
import type { Behaviour, CauseInfo, Failure } from "../api/types";

export interface Choice {
  value: string;
  title: string;
  /** The protocol's own name, where there is one. */
  code?: string;
}

export const CONFIRMATIONS: Choice[] = [
  { value: "inventory", title: "By slot" },
  { value: "synchronous", title: "At once" },
  { value: "asynchronous", title: "Later" },
];

export const REPLIES: Choice[] = [
  { value: "manual", title: "By hand" },
  { value: "confirm", title: "Confirm" },
  { value: "decline", title: "Decline" },
  { value: "fail", title: "Fail" },
];

export const REPLY_DELAYS: Choice[] = [
  { value: "0", title: "At once" },
  { value: "30", title: "30 s" },
  { value: "300", title: "5 min" },
  { value: "3600", title: "1 h" },
];

/** Long enough to be seen waiting, where nobody has said for how long. */
const USUAL_DELAY_SEC = 30;

export const USUAL_FAIL_CAUSE = "SLOT_UNAVAILABLE";

/** A person who decides needs neither a time nor a cause; a confirmation or a refusal has no cause. */
export function replyPatch(
  decision: string,
  { after_sec, cause }: Omit<Behaviour["merchant_reply"], "decision">,
): BehaviourPatch {
  if (decision === "manual") return { merchant_reply: { decision, after_sec: null, cause: null } };
  const named = decision === "fail" ? (cause ?? USUAL_FAIL_CAUSE) : null;
  return { merchant_reply: { decision, after_sec: after_sec ?? USUAL_DELAY_SEC, cause: named } };
}

/** The notification that a booking failed knows every cause but the one about offers. */
export function canFailPending({ cause }: CauseInfo): boolean {
  return cause !== "OFFER_UNAVAILABLE";
}

export const PAYMENTS: Choice[] = [
  { value: "inventory", title: "As the service says" },
  { value: "none", title: "Pay on arrival" },
  { value: "prepayment", title: "Pay in full" },
  { value: "no_show_fee", title: "No-show fee" },
  { value: "deposit", title: "Deposit" },
  { value: "card_required", title: "Card required" },
];

export const PROCESSORS: Choice[] = [
  { value: "PROCESSED_BY_PARTNER", title: "Partner" },
  { value: "PROCESSED_BY_GOOGLE", title: "Google" },
];

/** What the payment processor says, and the cause that a booking fails with then. */
export const OUTCOMES: Choice[] = [
  { value: "approve", title: "Payment goes through" },
  { value: "decline", title: "Card declined", code: "PAYMENT_ERROR_CARD_DECLINED" },
  { value: "reject_card_type", title: "Card brand not taken", code: "PAYMENT_ERROR_CARD_TYPE_REJECTED" },
  { value: "error", title: "Something else fails", code: "PAYMENT_ERROR" },
  { value: "require_3ds1", title: "Bank wants 3-D Secure", code: "PAYMENT_REQUIRES_3DS1" },
  { value: "option_not_valid", title: "Pack not valid", code: "PAYMENT_OPTION_NOT_VALID" },
  {
    value: "cannot_use_option",
    title: "Guest cannot use the pack",
    code: "USER_CANNOT_USE_PAYMENT_OPTION",
  },
];

/** A newly chosen outcome leaves nothing of the one before. */
export function authorisationPatch(authorisation: string): BehaviourPatch {
  const rejected_card_type = authorisation === "reject_card_type" ? "VISA" : null;
  return { payment: { authorisation, rejected_card_type } };
}

export const CHALLENGE_PARAMETERS: Choice[] = [
  { value: "complete", title: "Complete" },
  { value: "missing", title: "Missing" },
];

/** Whether some answer may ask for a 3-D Secure challenge, or would leave its parameters out. */
export function speaksOfChallenges({ payment, failure }: Behaviour): boolean {
  return (
    payment.authorisation === "require_3ds1" ||
    payment.threeds1_parameters === "missing" ||
    failure?.cause === "PAYMENT_REQUIRES_3DS1"
  );
}

export const UNKNOWN_INVENTORY: Choice[] = [
  { value: "accept", title: "Accept" },
  { value: "reject", title: "Refuse" },
];

export const VALIDATIONS: Choice[] = [
  { value: "off", title: "Off" },
  { value: "warn", title: "Warn" },
  { value: "reject", title: "Reject" },
];

export const VALIDATION_WORDS: Record<string, string> = {
  off: "Mistakes in requests are not looked for.",
  warn: "Mistakes are flagged; the answer stays lenient.",
  reject: "A request with a mistake is answered 400.",
};

export const CARD_TYPES: Choice[] = [
  { value: "VISA", title: "Visa" },
  { value: "MASTERCARD", title: "Mastercard" },
  { value: "AMERICAN_EXPRESS", title: "American Express" },
  { value: "DISCOVER", title: "Discover" },
  { value: "JCB", title: "JCB" },
];

/** The causes that meetings ask for; the rest is one dialog away. */
export const COMMON_CAUSES: { heading: string; causes: string[] }[] = [
  { heading: "Slot", causes: ["SLOT_UNAVAILABLE", "SLOT_ALREADY_BOOKED_BY_USER", "OVERLAPPING_RESERVATION"] },
  {
    heading: "Payment",
    causes: ["PAYMENT_ERROR_CARD_DECLINED", "PAYMENT_REQUIRES_3DS1"],
  },
];

export const CARD_TYPE_CAUSE = "PAYMENT_ERROR_CARD_TYPE_REJECTED";

const NO_FAILURE_DETAILS = { methods: null, rejected_card_type: null, times: null, probability: null };

/** A newly chosen cause starts afresh: what was set for another one is taken away. */
export function causePatch(cause: string | null): BehaviourPatch {
  if (cause === null) return { failure: null };
  const details = { ...NO_FAILURE_DETAILS, rejected_card_type: cause === CARD_TYPE_CAUSE ? "VISA" : null };
  return { failure: { cause, ...details } };
}

export function cardTypePatch(failure: Failure, cardType: string): BehaviourPatch {
  return { failure: { cause: failure.cause, rejected_card_type: cardType } };
}

export const TIMES: Choice[] = [
  { value: "always", title: "Always" },
  { value: "1", title: "Once" },
  { value: "2", title: "2×" },
  { value: "3", title: "3×" },
  { value: "5", title: "5×" },
];

/** Of all requests that are meant. */
export const CHANCES: Choice[] = [
  { value: "1", title: "Always" },
  { value: "0.5", title: "50 %" },
  { value: "0.3", title: "30 %" },
  { value: "0.1", title: "10 %" },
];

export const DURATIONS: Choice[] = [
  { value: "0", title: "Until changed" },
  { value: "60", title: "1 min" },
  { value: "300", title: "5 min" },
];

/** Which of the offered durations a running countdown belongs to. */
export function durationOf(secondsLeft: number | null): string {
  if (secondsLeft === null) return "0";
  return DURATIONS.find(({ value }) => Number(value) >= secondsLeft)?.value ?? "";
}
