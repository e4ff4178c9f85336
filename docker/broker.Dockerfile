# The NGSI-LD broker. Build from the top folder: docker build -f docker/broker.Dockerfile -t carillon-broker .
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY runtime runtime
COPY schemas schemas
COPY broker broker
RUN npm run build && npm prune --omit=dev

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY LICENSE NOTICE ./
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN install -d -o node -g node data
USER node
VOLUME /app/data
EXPOSE 1026
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BROKER_PORT ?? 1026}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/broker/main.js"]
