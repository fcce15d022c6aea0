// How one request gets an answer of its own, whatever the toggles say: lines to copy.

import { Dialog } from "@base-ui/react/dialog";
import { CopyButton } from "../app/CopyButton";
import { Modal } from "../app/Modal";
import type { DialogName } from "../app/window-state";
import controls from "../theme/controls.module.css";
import table from "../theme/table.module.css";
import { LINES } from "./lines";
import styles from "./Overrides.module.css";

export function OverridesDialog({ open }: { open: DialogName | null }) {
  return (
    <Modal
      name="overrides"
      open={open}
      wide
      title="Override one request"
      about="A request can ask for its own answer, whatever the toggles say: with a header, or with a tag in capitals in the guest’s e-mail. The header goes first."
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long table must scroll by keyboard too */}
      <section className={table.scroll} aria-label="Overrides" tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">What happens</th>
              <th scope="col">Header</th>
              <th scope="col">E-mail of the guest</th>
            </tr>
          </thead>
          <tbody>
            {LINES.map(({ does, header, email }) => (
              <tr key={header}>
                <th scope="row">{does}</th>
                <td>
                  <Line text={header} what={`the header for “${does}”`} />
                </td>
                <td>{email && <Line text={email} what={`the e-mail for “${does}”`} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <footer className={table.foot}>
        <p>
          A word that is misspelt is never ignored: the answer is 400 and names the nearest right one. Toggles
          that were passed over keep their count.
        </p>
        <Dialog.Close className={controls.button}>Close</Dialog.Close>
      </footer>
    </Modal>
  );
}

function Line({ text, what }: { text: string; what: string }) {
  return (
    <span className={styles.line}>
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </span>
  );
}
