/** The waits before attempts 3 to 7: the contract, "Retry Mechanism": 5 min, 15 min, 1 h, 6 h, 24 h. */
export const CONTRACT_DELAYS_SECONDS = [300, 900, 3600, 21_600, 86_400] as const;
