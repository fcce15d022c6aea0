// One sample booking with a payment, and what came of it in words.

import { inWords } from "../api/client";
import type { Engine } from "../api/engine";
import type { SamplePayment } from "../api/payments";
import type { SampleAnswer } from "../api/types";

export interface Sent {
  text: string;
  bad: boolean;
}

/** What was answered, or why nothing could be sent, in a sentence. */
export async function sendPaid(engine: Engine, payment: SamplePayment): Promise<Sent> {
  try {
    const answer = await engine.api.sample("create_booking", payment);
    return { text: `CreateBooking answered ${answered(answer)}.`, bad: false };
  } catch (error) {
    return { text: inWords(error), bad: true };
  }
}

interface Answer {
  booking?: { status?: string };
  booking_failure?: { cause?: string };
}

/** The status of the booking, the cause of its failure, or the HTTP status. */
export function answered({ status, body }: SampleAnswer): string {
  const { booking, booking_failure }: Answer = (body ?? {}) as Answer;
  return booking?.status ?? booking_failure?.cause ?? `HTTP ${status}`;
}
