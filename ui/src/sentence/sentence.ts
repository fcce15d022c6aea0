// Says in words what the next request will get. Pure: the engine's account of its behaviour in, parts of
// a sentence out. How the parts look, and the countdown beside them, is the band's business.

import type { Behaviour, BehaviourState, CauseInfo, Failure, Fault, Listener } from "../api/types";
import { span } from "../clock/time";

export interface Part {
  kind: "plain" | "strong" | "code";
  text: string;
}

export interface Sentence {
  tone: "normal" | "changed" | "stopped";
  parts: Part[];
}

const plain = (text: string): Part => ({ kind: "plain", text });
const strong = (text: string): Part => ({ kind: "strong", text });
const code = (text: string): Part => ({ kind: "code", text });

/** `rules` is how many the scenario has. */
export function sentence(
  state: BehaviourState,
  listener: Listener,
  causes: CauseInfo[],
  rules = 0,
): Sentence {
  if (!listener.listening) {
    return {
      tone: "stopped",
      parts: [strong("The server is stopped."), plain(" No client can reach it until you start it.")],
    };
  }
  const said = clauses(state.in_force, causes);
  const tone = state.changed ? "changed" : "normal";
  if (said.length === 0) {
    return {
      tone,
      parts: state.changed
        ? [strong("Every call answers plainly"), plain(": what the scenario sets is switched off for now.")]
        : [plain(`Every call answers as normal${unlessRuled(rules)}.`)],
    };
  }
  const parts = said.flatMap((clause, index) => (index === 0 ? clause : [plain(" "), ...clause]));
  const closing = everyCallIsTouched(state.in_force)
    ? []
    : [plain(` Everything else answers as normal${unlessRuled(rules)}.`)];
  const opening = state.changed ? [] : [plain("As the scenario says: ")];
  return { tone, parts: [...opening, ...parts, ...closing] };
}

function unlessRuled(rules: number): string {
  if (rules === 0) return "";
  return rules === 1
    ? ", unless the scenario’s rule holds"
    : `, unless one of the scenario’s ${rules} rules holds`;
}

export function asText(parts: Part[]): string {
  return parts.map((part) => part.text).join("");
}

function clauses(behaviour: Behaviour, causes: CauseInfo[]): Part[][] {
  const all: Part[][] = [];
  if (behaviour.fault) {
    all.push(faultClause(behaviour.fault));
    // No other toggle gets a chance then, so speaking of them would mislead.
    if (answersNothing(behaviour.fault)) return all;
  }
  if (behaviour.failure) all.push(failureClause(behaviour.failure, causes));
  if (behaviour.confirmation === "synchronous") {
    all.push([plain("New bookings are "), strong("confirmed at once"), plain(".")]);
  }
  if (behaviour.confirmation === "asynchronous") {
    all.push([
      plain("New bookings "),
      strong("wait for the merchant"),
      plain(" ("),
      code("PENDING_MERCHANT_CONFIRMATION"),
      plain(")"),
      ...(behaviour.merchant_reply.decision === "manual"
        ? [plain(" until somebody decides.")]
        : [plain("; they "), ...replyWords(behaviour.merchant_reply)]),
    ]);
  }
  if (behaviour.confirmation === "inventory" && behaviour.merchant_reply.decision !== "manual") {
    all.push([plain("Bookings that wait for the merchant "), ...replyWords(behaviour.merchant_reply)]);
  }
  const payment = paymentClause(behaviour.payment);
  if (payment) all.push(payment);
  const outcome = outcomeClause(behaviour.payment);
  if (outcome) all.push(outcome);
  if (behaviour.payment.threeds1_parameters === "missing") {
    all.push([plain("3-D Secure challenges "), strong("lack their parameters"), plain(".")]);
  }
  if (behaviour.unknown_inventory === "reject") {
    all.push([plain("Merchants, services and slots we do not know are "), strong("refused"), plain(".")]);
  }
  if (behaviour.validation === "reject") {
    all.push([
      plain("A request with a mistake is "),
      strong("refused"),
      plain(" ("),
      code("400"),
      plain(")."),
    ]);
  }
  if (behaviour.validation === "off")
    all.push([plain("Mistakes in requests are "), strong("not looked for"), plain(".")]);
  return all;
}

/** What a pending booking will get, to go on "they …". */
function replyWords({ decision, after_sec, cause }: Behaviour["merchant_reply"]): Part[] {
  const when = after_sec ? `after ${span(after_sec)}` : "at once";
  switch (decision) {
    case "confirm":
      return [plain("are "), strong(`confirmed ${when}`), plain(".")];
    case "decline":
      return [plain("are "), strong(`declined ${when}`), plain(".")];
    default:
      return [strong(`fail ${when}`), plain(" ("), code(cause ?? "SLOT_UNAVAILABLE"), plain(").")];
  }
}

function failureClause(failure: Failure, causes: CauseInfo[]): Part[] {
  const known = causes.find((cause) => cause.cause === failure.cause);
  const methods = failure.methods?.length ? failure.methods : [usualMethod(known)];
  const title = known ? `“${lowerFirst(known.title)}”` : "a failure";
  const parts = [
    strong(list(methods)),
    plain(" will answer "),
    strong(title),
    plain(" ("),
    code(failure.cause),
  ];
  if (failure.rejected_card_type) parts.push(plain(", "), code(failure.rejected_card_type));
  parts.push(plain(")"));
  parts.push(
    plain(`${share(failure.probability)}${remaining(failure.times, "then answer as normal again")}.`),
  );
  return parts;
}

/** Without methods of its own, a failure bites CreateBooking, or what else its cause is about. */
export function usualMethod(cause: CauseInfo | undefined): string {
  const methods: string[] = cause?.methods ?? [];
  return methods.includes("CreateBooking") ? "CreateBooking" : (methods[0] ?? "CreateBooking");
}

/** What a fault does, by itself. */
export function faultInWords(fault: Fault): string {
  return asText(faultClause(fault));
}

function faultClause(fault: Fault): Part[] {
  const rare = fault.probability != null && fault.probability < 1;
  const one = fault.times === 1 && !rare;
  const calls = `${fault.methods?.length ? `${list(fault.methods)} ` : ""}${one ? "call" : "calls"}`;
  const tail = rare ? remaining(fault.times, "then all answer again") : "";
  return [...subject(fault, calls, rare), plain(" "), ...faultWords(fault, one), plain(`${tail}.`)];
}

function subject(fault: Fault, calls: string, rare: boolean): Part[] {
  if (rare) return [strong(`About ${hundredths(fault.probability ?? 0)} in 100 ${calls}`)];
  if (fault.times === 1) return [plain(`The next ${calls}`)];
  if (fault.times != null) return [plain(`The next ${count(fault.times)} ${calls}`)];
  return [plain(fault.kind === "status" ? `All ${calls}` : capital(calls))];
}

/** What becomes of the calls, or of the one. */
function faultWords(fault: Fault, one: boolean): Part[] {
  const [get, have, take] = one ? ["gets", "has", "takes"] : ["get", "have", "take"];
  const its = one ? "its" : "their";
  const lost = fault.when === "after" ? [plain(one ? "is carried out, but " : "are carried out, but ")] : [];
  switch (fault.kind) {
    case "latency": {
      const spread = fault.jitter_ms ? `, give or take ${duration(fault.jitter_ms)}` : "";
      return [plain(`${take} `), strong(`${duration(fault.ms ?? 0)} longer`), plain(spread)];
    }
    case "status":
      return [plain(`${get} `), strong(String(fault.status ?? "an error")), plain(" instead of an answer")];
    case "rate_limit": {
      const again = duration((fault.retry_after_sec ?? 0) * 1000);
      return [plain(`${get} `), strong("429"), plain(` and shall come again in ${again}`)];
    }
    case "reset":
      return [...lost, plain(`${have} ${its} `), strong("connection reset")];
    case "empty":
      return [...lost, plain(`${get} `), strong("no answer")];
    case "truncated":
      return [plain(`${get} `), strong("half an answer")];
    case "malformed":
      return [plain(`${get} `), strong("an answer that is no JSON")];
    case "drip": {
      const speed = `${fault.bytes_per_sec ?? 0} ${fault.bytes_per_sec === 1 ? "byte" : "bytes"} a second`;
      return [plain(`${get} ${its} answer at `), strong(speed)];
    }
  }
}

const PAYMENT_WORDS: Record<string, string> = {
  none: "ask for payment on arrival",
  prepayment: "ask for payment in full",
  no_show_fee: "name a no-show fee",
  deposit: "ask for a deposit",
  card_required: "ask for a card",
};

function paymentClause(payment: Behaviour["payment"]): Part[] | null {
  const words = PAYMENT_WORDS[payment.mode];
  const byGoogle = payment.processed_by === "PROCESSED_BY_GOOGLE";
  if (!words) {
    return byGoogle ? [plain("Payments are "), strong("processed by Google"), plain(".")] : null;
  }
  return [plain("Bookings "), strong(words), plain(byGoogle ? ", processed by Google." : ".")];
}

const OUTCOME_WORDS: Record<string, { words: string; cause: string }> = {
  decline: { words: "the card is declined", cause: "PAYMENT_ERROR_CARD_DECLINED" },
  reject_card_type: { words: "the card’s brand is not taken", cause: "PAYMENT_ERROR_CARD_TYPE_REJECTED" },
  error: { words: "the payment fails", cause: "PAYMENT_ERROR" },
  require_3ds1: { words: "the bank wants a 3-D Secure check", cause: "PAYMENT_REQUIRES_3DS1" },
  option_not_valid: { words: "the pack is not valid", cause: "PAYMENT_OPTION_NOT_VALID" },
  cannot_use_option: { words: "the guest cannot use the pack", cause: "USER_CANNOT_USE_PAYMENT_OPTION" },
};

/** What the payment processor says, where it is asked at all. */
function outcomeClause({ authorisation, rejected_card_type }: Behaviour["payment"]): Part[] | null {
  const outcome = OUTCOME_WORDS[authorisation];
  if (!outcome) return null;
  const card = authorisation === "reject_card_type" && rejected_card_type;
  return [
    plain("Where a booking is paid, "),
    strong(outcome.words),
    plain(" ("),
    code(outcome.cause),
    ...(card ? [plain(", "), code(card)] : []),
    plain(")."),
  ];
}

function answersNothing(fault: Fault): boolean {
  const always = fault.probability == null || fault.probability >= 1;
  const comesFirst = ["status", "rate_limit", "reset", "empty"].includes(fault.kind);
  return comesFirst && fault.when !== "after" && always && fault.times == null && !fault.methods?.length;
}

/** Whether so much is touched that "everything else" would be nothing. */
function everyCallIsTouched(behaviour: Behaviour): boolean {
  const { fault } = behaviour;
  return fault != null && !fault.methods?.length;
}

function share(probability: number | null | undefined): string {
  if (probability == null || probability >= 1) return "";
  return ` about ${hundredths(probability)} times in 100`;
}

function hundredths(probability: number): number {
  return Number((probability * 100).toPrecision(2));
}

function remaining(times: number | null | undefined, then: string): string {
  if (times == null) return "";
  return times === 1 ? ` once more, ${then}` : ` ${count(times)} more times, ${then}`;
}

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

function count(number: number): string {
  return NUMBERS[number] ?? String(number);
}

function duration(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(1))} s` : `${ms} ms`;
}

export function list(names: string[]): string {
  if (names.length <= 1) return names[0] ?? "";
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
