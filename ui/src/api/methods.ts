// The methods that a partner for bookings has, in the protocol's order.

import type { Method } from "./types";

export const BOOKING_METHODS: Method[] = [
  "HealthCheck",
  "BatchAvailabilityLookup",
  "CheckAvailability",
  "CreateLease",
  "CreateBooking",
  "UpdateBooking",
  "GetBookingStatus",
  "ListBookings",
  "SetMarketingPreference",
];
