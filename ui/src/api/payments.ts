// The calls about payments: the tokens that choose an outcome, and the challenges of 3-D Secure; and what
// they answer under the names that the window uses.

import type { Client } from "openapi-fetch";
import type { Answered } from "./client";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Challenge = Schemas["Challenge"];
export type GivenOption = Schemas["GivenOption"];
/** A pack or membership that a guest owns. */
export type OwnedOption = Schemas["OwnedPaymentOption"];
export type PaymentMode = Schemas["PaymentMode"];
export type TestToken = Schemas["TestToken"];

/** How a sample booking is paid, whatever the toggles say. */
export interface SamplePayment {
  payment?: PaymentMode;
  payment_token?: string;
}

export interface PaymentsApi {
  paymentTokens(): Promise<TestToken[]>;
  /** The newest of those that guests own. */
  paymentOptions(signal?: AbortSignal): Promise<OwnedOption[]>;
  givePaymentOption(option: GivenOption): Promise<OwnedOption>;
  patchPaymentOption(
    id: string,
    change: { current_count?: number; withdrawn?: boolean },
  ): Promise<OwnedOption>;
  /** The newest challenge, if there ever was one. */
  lastChallenge(signal?: AbortSignal): Promise<Challenge | null>;
}

export function paymentsApi(http: Client<paths>, answer: Answered): PaymentsApi {
  return {
    paymentTokens: async () => (await answer(http.GET("/api/payment_tokens"))).payment_tokens,
    paymentOptions: async (signal) =>
      (await answer(http.GET("/api/user_payment_options", { signal }))).user_payment_options,
    givePaymentOption: (body) => answer(http.POST("/api/user_payment_options", { body })),
    patchPaymentOption: (id, body) =>
      answer(http.PATCH("/api/user_payment_options/{id}", { params: { path: { id } }, body })),
    lastChallenge: async (signal) => {
      const list = await answer(http.GET("/api/challenges", { params: { query: { limit: 1 } }, signal }));
      return list.challenges[0] ?? null;
    },
  };
}
