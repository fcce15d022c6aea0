// The calls about the engine's clock, and what they answer under the names that the window uses.

import type { Client } from "openapi-fetch";
import type { Answered } from "./client";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type ClockMode = Schemas["ClockMode"];
export type ClockMoved = Schemas["ClockMoved"];
/** What the status says of the clock; `ClockState` says also what it waits for. */
export type ClockReading = Schemas["ClockReading"];
export type ClockState = Schemas["ClockState"];
export type NextTimer = Schemas["NextTimer"];

export interface ClockWish {
  mode: ClockMode;
  rate?: number;
}

export type ClockStep = { sec: number } | { to: "next_timer" };

export interface TimeApi {
  clock(): Promise<ClockState>;
  putClock(wish: ClockWish): Promise<ClockMoved>;
  advance(step: ClockStep): Promise<ClockMoved>;
}

export function timeApi(http: Client<paths>, answer: Answered): TimeApi {
  return {
    clock: () => answer(http.GET("/api/clock")),
    putClock: (body) => answer(http.PUT("/api/clock", { body })),
    advance: (body) => answer(http.POST("/api/clock/advance", { body })),
  };
}
