// What the control API says of the inventory, and the calls that read and change it.

/** A number of 64 bits, which the protocol's messages carry as text. */
export type Int64 = string | number;

export interface Price {
  price_micros?: Int64;
  currency_code?: string;
}

export interface NoShowFee {
  fee?: Price;
  fee_type?: string;
}

export interface Deposit {
  deposit?: Price;
  deposit_type?: string;
  min_advance_cancellation_sec?: Int64;
}

export type MadeBy = "request" | "generated" | "imported" | "edited";

export interface Merchant {
  merchant_id: string;
  name: string;
  category: string;
  made_by: MadeBy;
  services: number;
  slots: number;
}

export interface Service {
  merchant_id: string;
  service_id: string;
  name: string;
  made_by: MadeBy;
  price: Price | null;
  prepayment_type: string;
  min_advance_booking_sec: Int64;
  min_advance_online_canceling_sec: Int64;
  no_show_fee: NoShowFee | null;
  deposit: Deposit | null;
  require_credit_card: string;
  slots: number;
}

export interface SlotTerms {
  availability_tag?: string;
  first_bookable_sec?: Int64;
  last_bookable_sec?: Int64;
  last_online_cancellable_sec?: Int64;
  offer_ids?: string[];
  no_show_fee?: NoShowFee;
  deposit?: Deposit;
  require_credit_card?: string;
  payment_option_ids?: string[];
  staff_name?: string;
  room_name?: string;
  duration_requirement?: string;
}

export interface Resources {
  staff_id?: string;
  room_id?: string;
  party_size?: number;
}

export interface InventorySlot {
  slot_id: number;
  merchant_id: string;
  service_id: string;
  start_sec: Int64;
  start_at: string;
  duration_sec: Int64;
  resources: Resources | null;
  availability_tag: string;
  confirmation_mode: string;
  spots_total: number;
  spots_open: number;
  made_by: MadeBy;
  terms: SlotTerms | null;
  bookings: string[];
}

export interface NewSlot {
  merchant_id: string;
  service_id: string;
  start_sec: string;
  duration_sec: string;
  spots_total: number;
  confirmation_mode: string;
  resources?: Resources;
}

/** A JSON merge patch: null takes a field away. */
export type Patch = { [field: string]: unknown };

export interface SlotQuery {
  merchant_id: string;
  service_id?: string;
  from_sec?: number;
  to_sec?: number;
}

export interface Made {
  merchants: number;
  services: number;
  slots: number;
}

export interface GenerateWish {
  kind: string;
  locale?: string;
  days?: number;
  seed?: number;
  replace?: boolean;
}

export interface ImportProblem {
  severity: "error" | "warning" | "info";
  file: string;
  pointer: string;
  message: string;
  hint: string;
}

export interface ImportResult extends Made {
  kind: string | null;
  taken: boolean;
  problems: ImportProblem[];
  /** Further ones that are not listed. */
  more_problems: number;
}

export type Feed = "merchants" | "services" | "availability";

export interface InventoryApi {
  merchants(
    q: string,
    after: string | null,
    signal?: AbortSignal,
  ): Promise<{ merchants: Merchant[]; next: string | null }>;
  services(
    merchant: string,
    after: string | null,
    signal?: AbortSignal,
  ): Promise<{ services: Service[]; next: string | null }>;
  slots(
    query: SlotQuery,
    limit: number,
    after: string | null,
    signal?: AbortSignal,
  ): Promise<{ slots: InventorySlot[]; next: string | null }>;
  createSlot(slot: NewSlot): Promise<InventorySlot>;
  patchSlot(id: number, patch: Patch): Promise<void>;
  deleteSlot(id: number): Promise<void>;
  patchMerchant(id: string, patch: Patch): Promise<void>;
  patchService(merchant: string, service: string, patch: Patch): Promise<void>;
  generateInventory(wish: GenerateWish): Promise<Made>;
  importFeed(file: Blob, name: string, onError: "skip" | "abort"): Promise<ImportResult>;
  feed(feed: Feed): Promise<Blob>;
}

/** Asks for anything: verb, path, and what goes with it. */
export type Ask = <T>(
  verb: "get" | "post" | "patch" | "delete",
  path: string,
  options?: {
    query?: { [name: string]: string | number | undefined };
    body?: unknown;
    blob?: boolean;
    signal?: AbortSignal;
  },
) => Promise<T>;

const PAGE = 200;

export function inventoryApi(ask: Ask): InventoryApi {
  const nothing = async (call: Promise<unknown>) => {
    await call;
  };
  const part = encodeURIComponent;
  return {
    merchants: (q, after, signal) =>
      ask("get", "/api/merchants", {
        query: { q: q || undefined, after: after ?? undefined, limit: PAGE },
        signal,
      }),
    services: (merchant, after, signal) =>
      ask("get", "/api/services", {
        query: { merchant_id: merchant, after: after ?? undefined, limit: PAGE },
        signal,
      }),
    slots: (query, limit, after, signal) =>
      ask("get", "/api/slots", { query: { ...query, after: after ?? undefined, limit }, signal }),
    createSlot: (body) => ask("post", "/api/slots", { body }),
    patchSlot: (id, body) => nothing(ask("patch", `/api/slots/${id}`, { body })),
    deleteSlot: (id) => nothing(ask("delete", `/api/slots/${id}`)),
    patchMerchant: (id, body) => nothing(ask("patch", `/api/merchants/${part(id)}`, { body })),
    patchService: (merchant, service, body) =>
      nothing(ask("patch", `/api/services/${part(merchant)}/${part(service)}`, { body })),
    generateInventory: (body) => ask("post", "/api/inventory/generate", { body }),
    importFeed: (body, name, onError) =>
      ask("post", "/api/inventory/import", { query: { name, on_error: onError }, body }),
    feed: (feed) => ask("get", `/feeds/${feed}.json`, { blob: true }),
  };
}
