/** A name as an id: letters and digits of the Latin alphabet, with hyphens between words. */
export function slug(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return plain.slice(0, 40) || crypto.randomUUID();
}

/** A name as pages write parameters: order_id. */
export function snake(name: string): string {
  return slug(name)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 40);
}
