import type { ExchangeDetails, HeaderPair } from "../api/types";
import { CopyButton } from "../app/CopyButton";
import styles from "./Details.module.css";
import own from "./Headers.module.css";

export function Headers({ exchange }: { exchange: ExchangeDetails }) {
  const { request, response } = exchange;
  const requestLine = `${request.verb} ${request.target} ${request.version}`;
  return (
    <>
      <HeaderTable title="Request" line={requestLine} headers={request.headers} />
      {response && <HeaderTable title="Answer" line={`HTTP ${response.status}`} headers={response.headers} />}
    </>
  );
}

function HeaderTable({ title, line, headers }: { title: string; line: string; headers: HeaderPair[] }) {
  const text = headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  return (
    <section className={styles.card} aria-label={`${title} headers`}>
      <header className={styles.cardHead}>
        <h3>{title}</h3>
        <span className={styles.cardTools}>
          <CopyButton text={`${line}\n${text}`} what={`the ${title.toLowerCase()} headers`} />
        </span>
      </header>
      <p className={own.requestLine}>
        <code>{line}</code>
      </p>
      <dl className={own.headers}>
        {headers.map(([name, value], index) => (
          // A header may come twice, so its place is part of what it is.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <div key={`${index}-${name}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
