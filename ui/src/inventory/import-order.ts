/** Merchants before their services before their slots, as far as the names tell. */
export function inOrder(files: File[]): File[] {
  const rank = ({ name }: File) => {
    const lower = name.toLowerCase();
    if (lower.includes("merchant")) return 0;
    if (lower.includes("service")) return 1;
    return lower.includes("availab") ? 3 : 2;
  };
  return [...files].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
