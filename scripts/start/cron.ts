/**
 * Cron Triggers never fire by themselves on the embedded runtime: this calls the Worker's scheduled handler each minute,
 * and once a day at the hour of wrangler.toml. Returns the function that stops it.
 */
export function tickCron(api: string): () => void {
  const call = (cron: string) =>
    fetch(`${api}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`, { signal: AbortSignal.timeout(55_000) })
      .then((response) => response.body?.cancel())
      .catch(() => undefined); // the Worker is restarting: the next minute does the same work
  let lastDaily = new Date().toISOString().slice(0, 10);
  const tick = () => {
    void call('* * * * *');
    const now = new Date().toISOString();
    if (now.slice(0, 10) !== lastDaily && now.slice(11, 16) >= '03:17') {
      lastDaily = now.slice(0, 10);
      void call('17 3 * * *');
    }
  };
  tick();
  const timer = setInterval(tick, 60_000);
  return () => clearInterval(timer);
}
