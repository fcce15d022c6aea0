// The dialogs over scenarios: what loading one would take away, and saving what is set.

import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useObservable } from "../api/observable";
import { Modal } from "../app/Modal";
import { type DialogName, useWindow } from "../app/window-state";
import controls from "../theme/controls.module.css";
import { SaveScenario } from "./SaveScenario";
import styles from "./Scenarios.module.css";
import { useLoading } from "./use-scenarios";
import { losses } from "./words";

export function ScenarioDialogs({ open }: { open: DialogName | null }) {
  return (
    <>
      <LoadScenario open={open} />
      <Modal
        name="save-scenario"
        open={open}
        title="Save what is set as a scenario"
        about="The toggles, the settings, the rules, the clock as it stands and the inventory go along. Bookings and edits of single slots do not."
      >
        <SaveScenario />
      </Modal>
    </>
  );
}

function LoadScenario({ open }: { open: DialogName | null }) {
  const window = useWindow();
  const wanted = useObservable(window.wanted);
  const { loadAnyway } = useLoading();
  const close = () => window.dialog.set(null);
  return (
    <AlertDialog.Root open={open === "load-scenario"} onOpenChange={(next) => !next && close()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={controls.scrim} />
        <AlertDialog.Popup className={controls.dialogSmall}>
          <AlertDialog.Title className={controls.dialogTitle}>Load “{wanted?.title}”?</AlertDialog.Title>
          <AlertDialog.Description className={controls.dialogText}>
            It begins at its start. What there is now is discarded:
          </AlertDialog.Description>
          <ul className={styles.losses} aria-label="Discarded">
            {(wanted ? losses(wanted.discards) : []).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <div className={controls.dialogActions}>
            <AlertDialog.Close className={controls.button}>Cancel</AlertDialog.Close>
            <button
              type="button"
              className={controls.danger}
              onClick={() => {
                close();
                if (wanted) void loadAnyway(wanted);
              }}
            >
              Discard and load
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
