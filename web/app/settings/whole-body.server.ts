/** Answers that one download may have: more than a day's objects ever make. */
export const MAX_ANSWERS = 500;

/** What follows an answer, by its `Link` header: the query of the next one; null at the end. */
export function nextQuery(response: Response): string | null {
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
  return next === undefined ? null : new URL(next).search;
}

/**
 * The body of an answer and of all that follow it, each asked for when the one before is read. One that cannot be had
 * breaks it off: a part must not look like the whole.
 */
export function wholeBody(first: Response, ask: (query: string) => Promise<Response>): ReadableStream<Uint8Array> {
  let answer = first;
  let reader = first.body?.getReader();
  let answers = 1;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const read = await reader?.read();
        if (read?.value !== undefined) return controller.enqueue(read.value);
        const query = nextQuery(answer);
        if (query === null) return controller.close();
        if (++answers > MAX_ANSWERS) throw new Error(`more than ${MAX_ANSWERS} answers`);
        answer = await ask(query);
        if (!answer.ok) throw new Error(`the rest was answered with ${answer.status}`);
        reader = answer.body?.getReader();
      }
    },
    async cancel() {
      await reader?.cancel();
    },
  });
}
