// The two kinds of dialogs: a panel, and a question that is asked once before something is lost.

import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import controls from "../theme/controls.module.css";
import styles from "./Dialogs.module.css";
import { type DialogName, useWindow } from "./window-state";

export interface ModalProps {
  name: DialogName;
  open: DialogName | null;
  title: string;
  /** One or two sentences under a title that everybody sees; without, only screen readers hear the title. */
  about?: string;
  wide?: boolean;
  children: ReactNode;
}

export function Modal({ name, open, title, about, wide, children }: ModalProps) {
  const window = useWindow();
  return (
    <Dialog.Root open={open === name} onOpenChange={(next) => !next && window.dialog.set(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={controls.scrim} />
        <Dialog.Popup className={controls.dialog} data-wide={wide || undefined}>
          {about === undefined ? (
            <Dialog.Title className="visually-hidden">{title}</Dialog.Title>
          ) : (
            <header className={styles.head}>
              <Dialog.Title className={controls.dialogTitle}>{title}</Dialog.Title>
              <Dialog.Description className={controls.dialogText}>{about}</Dialog.Description>
            </header>
          )}
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface QuestionProps {
  name: DialogName;
  open: DialogName | null;
  title: string;
  text: string;
  yes: string;
  danger?: boolean;
  onYes(): void;
}

export function Question({ name, open, title, text, yes, danger, onYes }: QuestionProps) {
  const window = useWindow();
  return (
    <AlertDialog.Root open={open === name} onOpenChange={(next) => !next && window.dialog.set(null)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={controls.scrim} />
        <AlertDialog.Popup className={controls.dialogSmall}>
          <AlertDialog.Title className={controls.dialogTitle}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={controls.dialogText}>{text}</AlertDialog.Description>
          <div className={controls.dialogActions}>
            {danger && <AlertDialog.Close className={controls.button}>Cancel</AlertDialog.Close>}
            <button type="button" className={danger ? controls.danger : controls.primary} onClick={onYes}>
              {yes}
            </button>
            {!danger && <AlertDialog.Close className={controls.button}>Cancel</AlertDialog.Close>}
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
