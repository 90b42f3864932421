import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * The headers of every answer, also of errors and files. Nothing runs in a page but files of ours, a
 * script cannot write markup, no other site can frame, open or embed us, and nothing is kept by the
 * browser of an office PC.
 */
export function securityHeaders({
  formTargets,
}: {
  formTargets: readonly string[];
}): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          formAction: ["'self'", ...formTargets],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          requireTrustedTypesFor: ["'script'"],
          trustedTypes: ["'none'"],
        },
      },
      crossOriginEmbedderPolicy: { policy: 'require-corp' },
      strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
      // Not no-referrer: a browser then hides the origin of a form, which we look at.
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    }),
    (_, response, next) => {
      response.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
      response.set('Cache-Control', 'no-store');
      next();
    },
  ];
}
