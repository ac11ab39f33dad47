/* Offers the light version once when loading is in trouble; never redirects. First in <head>, so it sees every error.
   Slow is: asked to save data, 2g, offline, a broken subresource (of images the second), 8 s without completion,
   or a late first byte and a late document. Not 3g: a VPN always looks like that. */
((d,w,n)=>{
let k="light-offer",m=0,o,
f=()=>{
if(o)return;
try{if(localStorage[k]>Date.now()-6048e5)return}catch{}
let s=d.getElementById("offer");
if(!s)return d.addEventListener("DOMContentLoaded",f,{once:true});
o=1;s.hidden=false;
s.querySelector("button").onclick=()=>{s.hidden=true;try{localStorage[k]=Date.now()}catch{}}
},
c=n.connection||{};
if(c.saveData||/2g/.test(c.effectiveType)||n.onLine===false)f();
w.addEventListener("error",e=>{
let t=e.target.tagName;
if(t=="SCRIPT"||t=="LINK"||t=="IMG"&&++m>1)f()
},true);
w.addEventListener("offline",f);
setTimeout(()=>d.readyState=="complete"||f(),8e3);
d.addEventListener("DOMContentLoaded",()=>{
let t=performance.getEntriesByType("navigation")[0];
if(t&&t.responseStart>1800&&t.domInteractive>4e3)f()
})
})(document,window,navigator)
