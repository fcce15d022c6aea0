// What the control API says, in its own words. Written by hand until the OpenAPI document exists.

export type Direction = "inbound" | "outbound";
export type Outcome = "ok" | "failure" | "error";

export interface Listener {
  listening: boolean;
  url: string;
  host: string;
  port: number;
  reason: string | null;
}

export interface Failure {
  cause: string;
  methods?: string[] | null;
  rejected_card_type?: string | null;
  times?: number | null;
  probability?: number | null;
}

export interface Fault {
  kind: string;
  ms?: number | null;
  jitter_ms?: number | null;
  status?: number | null;
  methods?: string[] | null;
  times?: number | null;
  probability?: number | null;
}

export interface Behaviour {
  confirmation: string;
  merchant_reply: { decision: string; after_sec?: number | null; cause?: string | null };
  failure: Failure | null;
  payment: { mode: string; processed_by: string; authorisation: string };
  fault: Fault | null;
  validation: string;
  unknown_inventory: string;
}

export interface BehaviourState {
  in_force: Behaviour;
  normal: Behaviour;
  changed: boolean;
  expires_at: string | null;
  expires_in_sec: number | null;
}

export interface Status {
  version: string;
  listener: Listener;
  control_url: string;
  credentials: { required: boolean; username: string | null; password: string | null };
  scenario: { name: string; title: string; description: string };
  behaviour: BehaviourState;
  counts: { exchanges: number; bookings: number };
  last_exchange_id: number;
  store: { in_memory: boolean; path: string | null; set_aside: string | null };
  clock: { mode: string; now: string };
  sample_curl: string;
}

export interface CauseInfo {
  cause: string;
  number: number;
  title: string;
  meaning: string;
  group: string;
  methods: string[];
  companion: string | null;
  reference: string;
}

export interface ExchangeSummary {
  id: number;
  direction: Direction;
  at: string;
  method: string | null;
  path: string;
  status: number;
  outcome: Outcome;
  cause: string | null;
  booking_id: string | null;
  merchant_id: string | null;
  duration_us: number;
  finding_count: number;
  label: string;
  note: string;
}

export type HeaderPair = [string, string];

export interface Finding {
  severity: "error" | "warning" | "info";
  code: string;
  pointer: string;
  found: string;
  expected: string;
  hint: string;
  reference: string;
}

export interface Decision {
  step: string;
  layer: string;
  text: string;
  decided: boolean;
  reference: string | null;
}

export interface ExchangeDetails extends ExchangeSummary {
  request: {
    verb: string;
    target: string;
    version: string;
    headers: HeaderPair[];
    body: string;
    body_size: number;
    redacted: boolean;
  };
  response: { status: number; headers: HeaderPair[]; body: string; body_size: number } | null;
  timing: { read_us: number; decide_us: number; delay_us: number; total_us: number };
  findings: Finding[];
  decisions: Decision[];
}

export interface BookingSummary {
  booking_id: string;
  status: string;
  merchant_id: string;
  service_id: string;
  start_sec: string;
  start_at: string;
  duration_sec: string;
  user_id: string;
  guest: string;
  party_size: number | null;
  confirmation_mode: string;
  prepayment_status: string | null;
  created_at: string;
  updated_at: string;
}

export interface BookingDetails extends BookingSummary {
  booking: unknown;
  timeline: { at: string; event: string; text: string; status: string; exchange_id: number | null }[];
}

export interface ExchangesEvent {
  rows: ExchangeSummary[];
  cursor: number;
  last: number;
  gap: { from: number; to: number } | null;
}

export type SampleKind = "create_booking" | "check_availability" | "health";

export interface ExchangeQuery {
  after?: string | number;
  before?: string | number;
  limit?: number;
  direction?: string;
  method?: string;
  outcome?: string;
  cause?: string;
  status?: string;
  booking_id?: string;
  merchant_id?: string;
  q?: string;
}
