// Where the bank's page of a 3-D Secure challenge is opened by a link. Its own interface takes a form that is
// posted, which a link cannot do; this address shows that form, filled in. Pure.

export function challengeUrl(acsUrl: string, transactionId: string): string {
  const url = new URL(acsUrl);
  url.searchParams.set("transaction_id", transactionId);
  return url.href;
}
