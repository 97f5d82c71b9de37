/** The demo's workflow; `load` is the task that a bug slips into. */
export function dailyOrders(load: string): object {
  return {
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'daily_orders',
    name: 'Daily orders',
    description: 'Loads the orders of one day',
    owner: 'alice',
    tags: ['orders', 'daily'],
    start: { params: { properties: { biz_date: { type: 'string', default: '$[yyyy-MM-dd-1]' } } } },
    end: { outputs: { rows: { from: 'load.rows_written', type: 'integer' } } },
    tasks: [
      {
        key: 'extract',
        type: 'shell',
        script: 'echo "extracting ${biz_date}"',
        writes: ['ods.orders'],
      },
      {
        key: 'load',
        type: 'shell',
        needs: ['extract'],
        script: load,
        outputs: ['rows_written'],
        reads: ['ods.orders'],
        writes: ['dwd.orders'],
      },
      {
        key: 'report',
        type: 'shell',
        needs: ['load'],
        script: 'echo "report done"',
        reads: ['dwd.orders'],
      },
    ],
    schedule: { cron: '0 3 * * *', timezone: 'Asia/Shanghai' },
  }
}

export const LOAD_V1 = `echo "loading"\necho '\${setValue(rows_written=42)}'`
export const LOAD_V2 = `echo "loading with checks"\necho '\${setValue(rows_written=42)}'`
export const LOAD_BROKEN = `echo "loading with checks"\necho "ERROR: column order_id does not exist"\nexit 1`
