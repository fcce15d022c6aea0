// What the control API says, under the names that the window uses. The types themselves are made from the
// API's own description by `npm run generate`; nothing is declared twice.

import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Behaviour = Schemas["Behaviour"];
export type BehaviourState = Schemas["BehaviourState"];
export type BookingAction = Schemas["Action"];
export type BookingDetails = Schemas["BookingDetails"];
export type LedgerBalance = Schemas["LedgerBalance"];
export type BookingStatus = Schemas["BookingStatus"];
export type BookingSummary = Schemas["BookingSummary"];
export type Cause = Schemas["Cause"];
export type CauseInfo = Schemas["CauseInfo"];
export type Change = Schemas["Change"];
export type Counterfactual = Schemas["Counterfactual"];
export type Decision = Schemas["Decision"];
export type ErrorBody = Schemas["ErrorBody"];
export type ExchangeDetails = Schemas["Exchange"];
export type ExchangeSummary = Schemas["Summary"];
export type ExchangesEvent = Schemas["ExchangesMessage"];
export type Failure = Schemas["Failure"];
export type Fault = Schemas["Fault"];
export type Finding = Schemas["Finding"];
export type Listener = Schemas["ListenerState"];
export type ListenerChange = Schemas["ListenerChange"];
export type MerchantOrder = Schemas["MerchantAction"];
export type Message = Schemas["Message"];
export type Method = Schemas["Method"];
export type Move = Schemas["Move"];
export type SampleAnswer = Schemas["SampleAnswer"];
export type SampleKind = Schemas["SampleKind"];
export type Status = Schemas["Status"];

export type HeaderPair = ExchangeDetails["request"]["headers"][number];
export type ExchangeQuery = NonNullable<operations["list_exchanges"]["parameters"]["query"]>;
