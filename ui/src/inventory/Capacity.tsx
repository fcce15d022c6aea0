import styles from "./Inventory.module.css";

/** A bar for the eye, numbers for everybody: how many places are left of how many. */
export function Capacity({ open, total }: { open: number; total: number }) {
  const full = open <= 0;
  return (
    <span className={styles.capacity} data-full={full || undefined}>
      <span className={styles.bar} aria-hidden>
        <span style={{ width: `${total > 0 ? (100 * open) / total : 0}%` }} />
      </span>
      <span>{full ? `full (${total})` : `${open} of ${total}`}</span>
    </span>
  );
}
