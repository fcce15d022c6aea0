// The calls that read and change the inventory, and what they answer under the names that the window uses.

import type { Client } from "openapi-fetch";
import type { Answered } from "./client";
import type { components, operations, paths } from "./schema";

type Schemas = components["schemas"];

export type Deposit = Schemas["Deposit"];
export type ImportProblem = Schemas["Problem"];
export type ImportResult = Schemas["Imported"];
export type InventorySlot = Schemas["SlotState"];
export type Made = Schemas["InventoryCounts"];
export type MadeBy = Schemas["MadeBy"];
export type Merchant = Schemas["MerchantRow"];
export type NoShowFee = Schemas["NoShowFee"];
export type Price = Schemas["Price"];
export type Resources = Schemas["ResourceIds"];
export type Service = Schemas["ServiceRow"];

/** A number of 64 bits, which the protocol's messages carry as text. */
export type Int64 = string | number;

/** What a new slot is; the description leaves the body open, since the engine reads it by hand. */
export type NewSlot = Pick<
  InventorySlot,
  "merchant_id" | "service_id" | "start_sec" | "duration_sec" | "spots_total"
> & { confirmation_mode: string; resources?: Resources };

/** A JSON merge patch: null takes a field away. */
export type Patch = { [field: string]: unknown };

export type SlotQuery = Pick<
  NonNullable<operations["list_slots"]["parameters"]["query"]>,
  "service_id" | "from_sec" | "to_sec"
> & { merchant_id: string };

export interface GenerateWish {
  kind: string;
  locale?: string;
  days?: number;
  seed?: number;
  replace?: boolean;
}

export interface ImportWish {
  /** What is taken of a file where a record of it is bad: all others, or nothing. */
  onError: "skip" | "abort";
  /** Whether what the file does not name goes. */
  replace: boolean;
}

export type Feed = "merchants" | "services" | "availability";

export interface InventoryApi {
  merchants(q: string, after: string | null, signal?: AbortSignal): Promise<Schemas["MerchantList"]>;
  services(merchant: string, after: string | null, signal?: AbortSignal): Promise<Schemas["ServiceList"]>;
  slots(
    query: SlotQuery,
    limit: number,
    after: string | null,
    signal?: AbortSignal,
  ): Promise<Schemas["SlotList"]>;
  createSlot(slot: NewSlot): Promise<InventorySlot>;
  patchSlot(id: number, patch: Patch): Promise<void>;
  deleteSlot(id: number): Promise<void>;
  patchMerchant(id: string, patch: Patch): Promise<void>;
  patchService(merchant: string, service: string, patch: Patch): Promise<void>;
  generateInventory(wish: GenerateWish): Promise<Made>;
  importFeed(file: Blob, name: string, how: ImportWish): Promise<ImportResult>;
  feed(feed: Feed): Promise<Blob>;
}

const PAGE = 200;

export function inventoryApi(http: Client<paths>, answer: Answered): InventoryApi {
  const nothing = async (call: Promise<unknown>) => {
    await call;
  };
  return {
    merchants: (q, after, signal) =>
      answer(
        http.GET("/api/merchants", {
          params: { query: { q: q || undefined, after: after ?? undefined, limit: PAGE } },
          signal,
        }),
      ),
    services: (merchant, after, signal) =>
      answer(
        http.GET("/api/services", {
          params: { query: { merchant_id: merchant, after: after ?? undefined, limit: PAGE } },
          signal,
        }),
      ),
    slots: (query, limit, after, signal) =>
      answer(
        http.GET("/api/slots", { params: { query: { ...query, after: after ?? undefined, limit } }, signal }),
      ),
    createSlot: (slot) => answer(http.POST("/api/slots", { body: { ...slot } })),
    patchSlot: (id, body) =>
      nothing(answer(http.PATCH("/api/slots/{slot_id}", { params: { path: { slot_id: id } }, body }))),
    deleteSlot: (id) =>
      nothing(answer(http.DELETE("/api/slots/{slot_id}", { params: { path: { slot_id: id } } }))),
    patchMerchant: (id, body) =>
      nothing(
        answer(http.PATCH("/api/merchants/{merchant_id}", { params: { path: { merchant_id: id } }, body })),
      ),
    patchService: (merchant, service, body) =>
      nothing(
        answer(
          http.PATCH("/api/services/{merchant_id}/{service_id}", {
            params: { path: { merchant_id: merchant, service_id: service } },
            body,
          }),
        ),
      ),
    generateInventory: (wish) => answer(http.POST("/api/inventory/generate", { body: { ...wish } })),
    importFeed: (file, name, { onError, replace }) =>
      answer(
        http.POST("/api/inventory/import", {
          params: { query: { name, on_error: onError, replace: replace || undefined } },
          // The description has bytes as a list of numbers; a file goes as it is.
          body: [],
          bodySerializer: () => file,
        }),
      ),
    feed: (feed) => answer(http.GET(`/feeds/${feed}.json`, { parseAs: "blob" })),
  };
}
