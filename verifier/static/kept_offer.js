// The request that this page waits on outlives the page: a phone that was locked may load it anew. Kept for this tab, until
// the answer has been dealt with.

const KEPT = "socsec.offer";

export function keepOffer(wanted, offer) {
  sessionStorage.setItem(KEPT, JSON.stringify({ wanted, offer, until: Date.now() + offer.expires_in * 1000 }));
}

// With `wanted`, `offer`, and `left`, the milliseconds for which the code is still good; nothing if none is kept.
export function keptOffer() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  return kept && { ...kept, left: kept.until - Date.now() };
}

export const dropOffer = () => sessionStorage.removeItem(KEPT);
