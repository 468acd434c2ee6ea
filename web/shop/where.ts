/** What the address asks for: each page of the shop is loaded anew. */
export const where = new URLSearchParams(location.search);
