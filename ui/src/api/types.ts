// What the control API says, under the names that the window uses. The types themselves are made from the
// API's own description by `npm run generate`; nothing is declared twice.

import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Behaviour = Schemas["Behaviour"];
export type BehaviourState = Schemas["BehaviourState"];
export type BookingDetails = Schemas["BookingDetails"];
export type BookingSummary = Schemas["BookingSummary"];
export type Cause = Schemas["Cause"];
export type CauseInfo = Schemas["CauseInfo"];
export type Decision = Schemas["Decision"] & { counterfactuals?: Counterfactual[] };
export type ErrorBody = Schemas["ErrorBody"];
export type ExchangeDetails = Omit<Schemas["Exchange"], "decisions"> & { decisions: Decision[] };
export type ExchangeSummary = Schemas["Summary"];
export type ExchangesEvent = Schemas["ExchangesMessage"];
export type Failure = Schemas["Failure"];
export type Fault = Schemas["Fault"];
export type Finding = Schemas["Finding"];
export type Listener = Schemas["ListenerState"];
export type ListenerChange = Schemas["ListenerChange"];
export type Method = Schemas["Method"];
export type SampleKind = Schemas["SampleKind"];
export type Status = Schemas["Status"];

export type HeaderPair = ExchangeDetails["request"]["headers"][number];
export type ExchangeQuery = NonNullable<operations["list_exchanges"]["parameters"]["query"]>;

/** What to do before a request is sent again. */
export type Change =
  | { kind: "control"; verb: string; path: string; body?: unknown }
  | { kind: "request"; pointer: string; value?: unknown }
  | { kind: "request_line"; verb: string; path: string }
  | { kind: "header"; name: string; value: string | null }
  | { kind: "wait"; sec: number };

export interface Counterfactual {
  text: string;
  would: string | null;
  change: Change;
}
