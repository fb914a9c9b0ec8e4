import autocannon from 'autocannon';
import { productTarget, envelope } from './w1ingest.ts';
import { writeFileSync } from 'node:fs';
const mode=process.argv[2]!, size=Number(process.argv[3]);
const t=await productTarget(mode==='drain');
const list=await (await fetch('http://127.0.0.1:21799/json')).json() as any[];
console.log(list.map(x=>x.webSocketDebuggerUrl));
const ws=new WebSocket(list.find(x=>/postern/.test(x.id??x.title??x.webSocketDebuggerUrl)) .webSocketDebuggerUrl);
let id=0; const wait=new Map<number,(v:any)=>void>(); await new Promise(r=>ws.onopen=r);
ws.onmessage=(m)=>{const d=JSON.parse(String(m.data)); if(d.id&&wait.has(d.id)) wait.get(d.id)!(d.result)};
const call=(method:string,params={})=>new Promise<any>(r=>{wait.set(++id,r);ws.send(JSON.stringify({id,method,params}))});
await call('Profiler.enable'); await call('Profiler.setSamplingInterval',{interval:200});
if(mode==='ingest'){ const body=envelope(size);
 const run=(s:number)=>autocannon({url:t.runtime.origin+t.path,method:'POST',connections:16,duration:s,headers:{authorization:t.secret,'content-type':'application/json'},body});
 await run(2); await call('Profiler.start'); const r=await run(5); console.log('req/s',r.requests.average);
} else { 
 const bodies=Array.from({length:20},()=>envelope(2000)); await call('Profiler.start');
 const b=performance.now();
 for(const x of bodies) await fetch(t.runtime.origin+t.path,{method:'POST',headers:{authorization:t.secret,'content-type':'application/json'},body:x});
 console.log('ingested',performance.now()-b);
 let h:any={processed:0}; while(h.processed<40000){await new Promise(r=>setTimeout(r,300)); h=await (await fetch(t.runtime.origin+'/api/v1/sources/'+t.sourceId+'/health',{headers:{authorization:'Bearer '+t.token}})).json();}
 console.log('drained',performance.now()-b);
}
const {profile}=await call('Profiler.stop'); writeFileSync('/tmp/w1/prof.json',JSON.stringify(profile));
const self=new Map<string,number>(); const dt=profile.timeDeltas; const byId=new Map<number,any>(profile.nodes.map((n:any)=>[n.id,n])); let total=0;
profile.samples.forEach((s:number,i:number)=>{const n=byId.get(s)!; const k=n.callFrame.functionName+':'+n.callFrame.lineNumber; self.set(k,(self.get(k)??0)+dt[i]); total+=dt[i];});
console.log('total ms',total/1000); for(const [k,v] of [...self].sort((a,b)=>b[1]-a[1]).slice(0,28)) console.log((v/1000).toFixed(0).padStart(7),'ms',(100*v/total).toFixed(1)+'%',k);
ws.close(); await t.runtime.dispose(); process.exit(0);
