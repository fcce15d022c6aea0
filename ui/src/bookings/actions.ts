// What the merchant can do with a booking, in words: on the button, in the question before it, and afterwards.

import type { BookingAction, BookingDetails } from "../api/types";

export interface ActionWords {
  /** On the button; dots where something is asked first. */
  button: string;
  /** The question, with the guest's name put in; null where nothing is asked. */
  question: ((guest: string) => string) | null;
  /** What follows. */
  follows: string;
  /** On the button that does it. */
  yes: string;
  /** Whether it cannot be taken back. */
  final: boolean;
}

const TOLD = "The aggregator is told";

export const ACTIONS: Record<BookingAction, ActionWords> = {
  confirm: {
    button: "Confirm",
    question: null,
    follows: `${TOLD}, and would write the guest that the booking is confirmed.`,
    yes: "Confirm",
    final: false,
  },
  decline: {
    button: "Decline…",
    question: (guest) => `Decline the booking of ${guest}?`,
    follows: `The place is free again. ${TOLD}, and would write the guest that the merchant declined. This is final.`,
    yes: "Decline",
    final: true,
  },
  fail: {
    button: "Fail…",
    question: (guest) => `Give up on the booking of ${guest}?`,
    follows: `For when it could be neither confirmed nor declined. ${TOLD} the cause. This is final.`,
    yes: "Let it fail",
    final: true,
  },
  cancel: {
    button: "Cancel…",
    question: (guest) => `Cancel the booking of ${guest}?`,
    follows: `The place is free again. ${TOLD}, and would write the guest. This is final.`,
    yes: "Cancel the booking",
    final: true,
  },
  reschedule: {
    button: "Reschedule…",
    question: (guest) => `Move the booking of ${guest}`,
    follows: `The booking stays confirmed. ${TOLD} the new time or number of guests.`,
    yes: "Move it",
    final: false,
  },
  no_show: {
    button: "No-show…",
    question: (guest) => `${guest} did not come?`,
    follows: `No fee is taken. ${TOLD}.`,
    yes: "Mark as no-show",
    final: false,
  },
  charge_no_show_fee: {
    button: "Charge fee…",
    question: (guest) => `Take the no-show fee of ${guest}?`,
    follows: `The guest did not come, and pays for it. ${TOLD}. This is final.`,
    yes: "Take the fee",
    final: true,
  },
  refund: {
    button: "Refund…",
    question: (guest) => `Give ${guest} the money back?`,
    follows: `What was paid or held is given back. ${TOLD}.`,
    yes: "Give it back",
    final: true,
  },
  credit: {
    button: "Credit…",
    question: (guest) => `Give ${guest} a payment option instead of money?`,
    follows: `Whoever paid with a payment option gets its use back, others a voucher for one booking. ${TOLD}.`,
    yes: "Credit it",
    final: true,
  },
};

/** What came of an action, in a sentence. */
export function cameOf(action: BookingAction, details: BookingDetails): string {
  const guest = details.guest || "the guest";
  switch (action) {
    case "confirm":
      return `Confirmed: the booking of ${guest}. The aggregator is told.`;
    case "decline":
      return `Declined: the booking of ${guest}. The aggregator is told.`;
    case "fail":
      return `Failed: the booking of ${guest}. The aggregator is told why.`;
    case "cancel":
      return `Cancelled: the booking of ${guest}. The aggregator is told.`;
    case "reschedule":
      return `Moved: the booking of ${guest}. The aggregator is told.`;
    case "no_show":
      return `No-show, without a fee: ${guest}. The aggregator is told.`;
    case "charge_no_show_fee":
      return `No-show, fee taken: ${guest}. The aggregator is told.`;
    case "refund":
      return `Refunded: ${guest} gets the money back. The aggregator is told.`;
    case "credit":
      return `Credited: ${guest} gets a payment option instead of money. The aggregator is told.`;
  }
}
