// The calls about notifications and about the stand-in aggregator that takes them, and what they answer
// under the names that the window uses.

import type { Client } from "openapi-fetch";
import type { Answered } from "./client";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Aggregator = Schemas["AggregatorState"];
export type AggregatorSlot = Schemas["AggregatorSlot"];
export type Attempt = Schemas["Attempt"];
export type Notification = Schemas["Notification"];
export type NotificationCounts = Schemas["NotificationCounts"];
export type NotificationList = Schemas["NotificationList"];
export type NotificationState = Schemas["NotificationState"];

export interface OutboxApi {
  notifications(
    state: NotificationState | null,
    before: string | null,
    signal?: AbortSignal,
  ): Promise<NotificationList>;
  notificationCounts(): Promise<NotificationCounts>;
  notification(id: number, signal?: AbortSignal): Promise<Notification>;
  resend(id: number): Promise<Notification>;
  giveUp(id: number): Promise<Notification>;
  aggregator(signal?: AbortSignal): Promise<Aggregator>;
  acceptUnknownBookings(accept: boolean): Promise<Aggregator>;
  failNext(calls: number, status: number): Promise<Aggregator>;
  aggregatorSlots(before: string | null, signal?: AbortSignal): Promise<Schemas["AggregatorSlotList"]>;
}

const PAGE = 100;

export function outboxApi(http: Client<paths>, answer: Answered): OutboxApi {
  const list = (
    state: NotificationState | null,
    before: string | null,
    limit: number,
    signal?: AbortSignal,
  ) =>
    answer(
      http.GET("/api/notifications", {
        params: { query: { state: state ?? undefined, before: before ?? undefined, limit } },
        signal,
      }),
    );
  return {
    notifications: (state, before, signal) => list(state, before, PAGE, signal),
    notificationCounts: async () => (await list(null, null, 1)).counts,
    notification: (id, signal) =>
      answer(http.GET("/api/notifications/{id}", { params: { path: { id } }, signal })),
    resend: (id) => answer(http.POST("/api/notifications/{id}/resend", { params: { path: { id } } })),
    giveUp: (id) => answer(http.POST("/api/notifications/{id}/give_up", { params: { path: { id } } })),
    aggregator: (signal) => answer(http.GET("/api/aggregator", { signal })),
    acceptUnknownBookings: (accept) =>
      answer(http.PATCH("/api/aggregator", { body: { accept_unknown_bookings: accept } })),
    failNext: (calls, status) =>
      answer(http.PUT("/api/aggregator/faults", { body: { fail_next: calls, status } })),
    aggregatorSlots: (before, signal) =>
      answer(
        http.GET("/api/aggregator/availability", {
          params: { query: { before: before ?? undefined, limit: PAGE } },
          signal,
        }),
      ),
  };
}
