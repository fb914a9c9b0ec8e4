/** A login or mail address, which breaks before its @ where the line is too short for it. */
export function Address({ text }: { text: string | null }) {
  if (text === null) return '–';
  const at = text.lastIndexOf('@');
  if (at < 1) return text;
  return (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  );
}
