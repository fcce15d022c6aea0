"""A suite to begin with: run it by `python3 -m unittest`, or by pytest."""

import http.client
import time
import unittest

from mock_partner import MockPartner, call


def setUpModule():
    global partner
    partner = MockPartner()


def tearDownModule():
    partner.stop()


class Client:
    """In the place of your own client: what it does is what is tested here."""

    def __init__(self, session):
        self.session = session

    def book(self, guest, token):
        url = self.session.booking_url + "/v3/CreateBooking"
        return call("POST", url, self.session.basic, request(guest, token))

    def book_with_retries(self, guest, token):
        for _ in range(3):
            try:
                status, answer = self.book(guest, token)
                if status == 200:
                    return answer
            except (http.client.HTTPException, ConnectionError):
                pass  # Nobody knows whether it was booked: the same token asks again.
        raise RuntimeError("three times is enough")


def request(guest, token):
    tomorrow = (int(time.time()) // 86400 + 1) * 86400
    return {
        "slot": {
            "merchant_id": "salon-17",
            "service_id": "cut",
            "start_sec": str(tomorrow + 10 * 3600),
            "duration_sec": "1800",
            "resources": {"party_size": 1},
        },
        "user_information": {
            "user_id": f"user-{guest}",
            "given_name": guest,
            "family_name": "Example",
            "telephone": "+1 206-555-0100",
            "email": f"{guest}@example.com",
        },
        "payment_information": {"prepayment_status": "PREPAYMENT_NOT_PROVIDED"},
        "idempotency_token": token,
    }


class BookingTest(unittest.TestCase):
    def setUp(self):
        self.session = partner.session(self.id().rsplit(".", 1)[-1])
        self.addCleanup(self.session.end)
        self.client = Client(self.session)

    def test_a_booking_is_confirmed(self):
        status, answer = self.client.book("mina", "token-1")
        self.assertEqual(status, 200)
        self.assertEqual(answer["booking"]["status"], "CONFIRMED")
        self.session.verify(
            method="CreateBooking",
            cause=None,
            request={"/slot/merchant_id": "salon-17"},
            exactly=1,
        )

    def test_a_slot_that_is_gone(self):
        self.session.toggle(failure={"cause": "SLOT_UNAVAILABLE", "times": 1})
        _, answer = self.client.book("mina", "token-1")
        self.assertEqual(answer["booking_failure"]["cause"], "SLOT_UNAVAILABLE")
        self.session.verify(cause="SLOT_UNAVAILABLE", exactly=1)

    def test_a_lost_answer_does_not_book_twice(self):
        self.session.toggle(fault={"kind": "empty", "when": "after", "times": 1})
        answer = self.client.book_with_retries("mina", "token-1")
        self.assertEqual(answer["booking"]["status"], "CONFIRMED")
        bookings = self.session.control("GET", "/api/bookings")["bookings"]
        self.assertEqual(len(bookings), 1)
        self.session.verify(in_order=[{"status": 0}, {"status": 200, "outcome": "ok"}])

    def test_a_partner_that_has_enough_is_asked_again(self):
        self.session.toggle(fault={"kind": "rate_limit", "retry_after_sec": 0, "times": 2})
        self.client.book_with_retries("mina", "token-1")
        self.session.verify(status=429, exactly=2)

    def test_the_merchant_confirms_later(self):
        self.session.toggle(confirmation="asynchronous")
        _, answer = self.client.book("mina", "token-1")
        booking = answer["booking"]
        self.assertEqual(booking["status"], "PENDING_MERCHANT_CONFIRMATION")
        path = f"/api/bookings/{booking['booking_id']}/actions"
        self.session.control("POST", path, {"action": "confirm"})
        url = self.session.booking_url + "/v3/GetBookingStatus"
        _, answer = call(
            "POST", url, self.session.basic, {"booking_id": booking["booking_id"]}
        )
        self.assertEqual(answer["booking_status"], "CONFIRMED")


if __name__ == "__main__":
    unittest.main()
