/** A part of a CSV that follows another: it begins with the heading again, which one file has once. */
export async function withoutHeading(part: Response): Promise<Response> {
  if (!part.ok) return part;
  const text = await part.text();
  // names of columns hold no line break
  const end = text.indexOf('\r\n');
  return new Response(end < 0 ? '' : text.slice(end + 2), part);
}
