/** The postern: a wall, and the small door in its side that stands ajar. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        d="M4.5 27V10A5 5 0 0 1 9.5 5h13a5 5 0 0 1 5 5v17"
        fill="none"
        stroke="currentColor"
        strokeOpacity="0.55"
        strokeWidth="2.2"
      />
      <path d="M12 27V17.5a6 6 0 0 1 12 0V27z" fill="#2ea496" />
      <path d="M12 27V17.5a6 6 0 0 1 6-6V27z" fill="#8fe0d4" />
      <circle cx="15.9" cy="20.4" r="1.2" fill="#101b1c" />
      <path d="M2.5 27h27" stroke="currentColor" strokeOpacity="0.55" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}
