import type { TestProject } from 'vitest/node';
import { type Product, startProduct } from '../../scripts/lib/product.ts';

declare module 'vitest' {
  interface ProvidedContext {
    product: Product;
  }
}

/** One running product for all end-to-end tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { product, stop } = await startProduct({ port: 18_787, people: 200, console: true });
  project.provide('product', product);
  return stop;
}
