// Where the bank's page of a 3-D Secure challenge is opened by a link. The page takes a form that is posted,
// which a link cannot do; opened so, it shows that form, filled in. Pure.

import type { Challenge } from "../api/payments";

export function challengeUrl({
  acs_url,
  pa_req,
  md_merchant_data,
}: Pick<Challenge, "acs_url" | "pa_req" | "md_merchant_data">): string {
  const url = new URL(acs_url);
  url.searchParams.set("PaReq", pa_req);
  url.searchParams.set("MD", md_merchant_data);
  return url.href;
}
