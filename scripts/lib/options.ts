/** The options of a command, read by `parse` from its arguments. `--help` and what `parse` refuses end the program. */
export function optionsOrExit<T>(parse: (args: string[]) => T, usage: string): T {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parse(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}
