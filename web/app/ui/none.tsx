/** Nothing to show. On narrow screens, where rows are cards, its cell is left out. */
export function None() {
  return <span className="mute none">–</span>;
}
