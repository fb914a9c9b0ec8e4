import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { type Detection, listDetections } from '~/api/issues.server';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { SeverityTag } from '~/ui/severity';
import { Label, StatusTag } from '~/ui/status';
import { number, plural, words } from '~/ui/words';
import styles from './detections.module.css';

export const meta: MetaFunction = () => [{ title: 'Detections · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  return { detections: await listDetections(api) };
}

export default function Detections() {
  const { detections } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Detections" lead="What Postern looks for, why it is dangerous, and what to do about it." />
      {detections.length === 0 ? (
        <Panel>
          <Empty title="No detections" />
        </Panel>
      ) : (
        <ul className={styles.list}>
          {detections.map((detection) => (
            <li key={detection.id} id={detection.id}>
              <DetectionCard detection={detection} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function DetectionCard({ detection }: { detection: Detection }) {
  const unknown = detection.unknown ?? 0;
  return (
    <article className={styles.card}>
      <header className={styles.head}>
        <h2>{detection.title}</h2>
        <SeverityTag severity={detection.severity} />
        <Label>{detection.category}</Label>
        <span className={styles.open}>
          {unknown > 0 ? <StatusTag status="unknown" label={`${number(unknown)} unknown`} /> : null}
          {detection.open === 0 ? (
            <span className="mute">none open</span>
          ) : (
            <Link to={`/issues?detection=${detection.id}`}>{plural(detection.open, 'open issue')}</Link>
          )}
        </span>
      </header>
      <p>{detection.description}</p>
      <details className={styles.more}>
        <summary>Risk, remedy and needed data</summary>
        <h3>Risk and impact</h3>
        <p>{detection.riskAndImpact}</p>
        <h3>What to do</h3>
        <p>{detection.remediation}</p>
        <h3>Data it needs</h3>
        <p>{detection.needs.map(words).join(', ') || 'None'}</p>
      </details>
    </article>
  );
}
