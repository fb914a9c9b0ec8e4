/** A Worker reached by service binding. */
interface ServiceBinding {
  fetch(request: Request): Promise<Response>;
}

/** Bindings of the console, as in `wrangler.toml`. */
interface ConsoleEnv {
  API: ServiceBinding;
  PUBLIC_API_URL?: string;
}
