#!/usr/bin/env bash
#SBATCH --job-name=spikeloop
#SBATCH --array=0-29
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A-%a.log

# Three settings with ten seeds each, in the folder from which sbatch is called.
set -euo pipefail

spikeloop=(deno run -A jsr:@spikeloop/spikeloop/cli)
connections=(none noSelf selfOnly)
index=${SLURM_ARRAY_TASK_ID:?}
connection=${connections[index / 10]}
seed=$((index % 10))
out=runs/$connection

if [ -e "$out/seed-$seed/config.json" ]; then
  exec "${spikeloop[@]}" resume "$out/seed-$seed"
fi
exec "${spikeloop[@]}" train --env pendulum --steps 12000 --seeds "$seed" --out "$out" \
  --actor.hiddenSizes 64,64 --agent.criticSizes 64,64 --actor.connection "$connection"
