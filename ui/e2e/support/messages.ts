// The requests that tests send, with the ids and times of the protocol's own samples, and as much of the
// answers' form as tests look at.

export interface BookingAnswer {
  booking?: {
    booking_id: string;
    status: string;
    slot: Record<string, unknown>;
    payment_information?: object;
  };
  booking_failure?: {
    cause: string;
    description?: string;
    rejected_card_type?: string;
    payment_failure?: { threeds1_parameters?: Record<string, string> };
  };
}

const GUEST = {
  email: "john.smith@gmail.com",
  family_name: "Smith",
  given_name: "John",
  telephone: "+12091111111",
  user_id: "1111111111111111111",
};

const BEAUTY_TOKEN = "11195193155056732768";

/** A CreateBooking of the beauty sample; with another token, of another guest of the same name, since one
 * guest does not get one slot twice. */
export function beauty(token = BEAUTY_TOKEN) {
  return {
    idempotency_token: token,
    payment_information: { prepayment_status: "PREPAYMENT_NOT_PROVIDED" },
    slot: {
      confirmation_mode: "CONFIRMATION_MODE_SYNCHRONOUS",
      duration_sec: "1800",
      merchant_id: "1234",
      resources: { staff_id: "82725" },
      service_id: "5678",
      start_sec: "1606509000",
    },
    user_information:
      token === BEAUTY_TOKEN ? GUEST : { ...GUEST, user_id: token, email: `${token}@example.com` },
  };
}

/** A CreateBooking of the fitness sample. */
export function fitness(token = "13490670332760737439") {
  return {
    idempotency_token: token,
    payment_information: { prepayment_status: "PREPAYMENT_NOT_PROVIDED" },
    slot: {
      availability_tag: "5042328",
      confirmation_mode: "CONFIRMATION_MODE_SYNCHRONOUS",
      duration_sec: "4500",
      merchant_id: "1234",
      resources: { staff_id: "276191" },
      service_id: "5678",
      start_sec: "1606359600",
    },
    user_information: GUEST,
  };
}

/** A booking of a guest that no other row names, so that a row can be told by it. */
export function guest(name: string, number = 1) {
  const booking = beauty(`${name}-${number}`);
  return {
    ...booking,
    slot: { ...booking.slot, start_sec: String(2_000_000_000 + number * 3600) },
    user_information: {
      ...GUEST,
      given_name: name,
      family_name: "Guest",
      user_id: name,
      email: `${name.replace(/\W/g, "")}@example.com`,
    },
  };
}
