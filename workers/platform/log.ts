/** Structured log lines without personal data: ids, counts, codes and durations only. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** An error's own message (`describeError`) goes under `cause`: it must not take the place of what the line says. */
function line(level: string, message: string, { message: cause, ...fields }: LogFields = {}): string {
  return JSON.stringify({ level, message, ...fields, ...(cause === undefined ? {} : { cause }) });
}

export const jsonLog: Log = {
  info: (message, fields) => console.log(line('info', message, fields)),
  warn: (message, fields) => console.warn(line('warn', message, fields)),
  error: (message, fields) => console.error(line('error', message, fields)),
};

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
