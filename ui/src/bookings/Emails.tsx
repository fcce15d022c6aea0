// The e-mails that the guest would get from the aggregator. Nobody sends them, and each says so.

import { EyeOff } from "lucide-react";
import type { BookingDetails } from "../api/types";
import details from "../details/Details.module.css";
import { dateAndTime } from "../traffic/format";
import styles from "./Emails.module.css";

export function Emails({ booking }: { booking: BookingDetails }) {
  if (booking.emails.length === 0) {
    return <p className={details.nothing}>The guest would get no e-mail for what happened so far.</p>;
  }
  return (
    <>
      <p className={styles.about}>
        <EyeOff size={15} aria-hidden />
        Previews: nobody sends these. Google would write the guest, in words of its own.
      </p>
      <ol className={styles.emails}>
        {/* The newest one is what the guest would have read last. */}
        {booking.emails.toReversed().map((email) => (
          <li key={`${email.at} ${email.kind}`}>
            <article className={styles.email} aria-label={`Preview: ${email.subject}`}>
              <header className={styles.head}>
                <h3>{email.subject}</h3>
                <span className={styles.badge}>Preview, not sent</span>
                <dl>
                  <div>
                    <dt>To</dt>
                    <dd>{email.to || "no address given"}</dd>
                  </div>
                  <div>
                    <dt>At</dt>
                    <dd>{dateAndTime(email.at)}</dd>
                  </div>
                </dl>
              </header>
              <p className={styles.text}>{email.text.trim()}</p>
            </article>
          </li>
        ))}
      </ol>
    </>
  );
}
