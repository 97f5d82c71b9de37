# syntax=docker/dockerfile:1
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Not `npm ci`: see scripts/ensure.mjs. Without --save the lock file is read and never written.
RUN npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
WORKDIR /app
# The image brings no database server: without DATABASE_URL it stops and says so.
ENV NODE_ENV=production DATABASE=required HOST=0.0.0.0 PORT=8003
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY migrations ./migrations
COPY jobs ./jobs
COPY clients ./clients
COPY src ./src
USER node
EXPOSE 8003
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
# node itself is the first process, so that SIGTERM reaches the service.
CMD ["node", "src/main.ts"]
